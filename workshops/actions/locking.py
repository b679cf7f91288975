"""Who changes an event, its registrations or its minutes waits for whoever is doing so: the event is locked first."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from workshops.models import Event, Registration


def lock_event(event: Event) -> Event:
    """Load an event as it is now and keep it so until the transaction ends.

    Raises ValidationError where it is gone.
    """
    found = Event.objects.select_for_update(of=("self",), no_key=True).filter(pk=event.pk)
    locked = found.select_related("concept", "group").first()
    if locked is None:
        raise ValidationError(_("Diesen Termin gibt es nicht mehr."))
    return locked


def lock_registration(registration: Registration) -> Registration:
    """Lock a registration's event, then load the registration as it is now.

    Raises ValidationError where it is gone.
    """
    event = lock_event(registration.event)
    found = event.registrations.filter(pk=registration.pk).first()
    if found is None:
        raise ValidationError(_("Diese Anmeldung gibt es nicht mehr."))
    found.event = event
    return found
