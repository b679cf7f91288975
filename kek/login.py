"""Who may log in: staff whose account exists already. Nobody registers here, by password or by OpenID Connect."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from district.models import User


class StaffAccountAdapter(DefaultAccountAdapter):
    """Lets staff in, and nobody sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep registration closed: the administration makes the accounts."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse | None:
        """Turn away those without access to Verwaltung, as those whose account is switched off."""
        answer: HttpResponse | None = (
            super().pre_login(request, user, **login) if user.is_staff else self.respond_user_inactive(request, user)
        )
        return answer


class StaffSocialAccountAdapter(DefaultSocialAccountAdapter):
    """Lets staff in by the district's own login, matched by their verified e-mail address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Keep registration closed here as well."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Stop those without an account before allauth offers them to make one."""
        if not sociallogin.is_existing:
            raise ImmediateHttpResponse(render(request, "account/no_account.html", status=403))
