"""The ground: the district, its municipalities and bodies, its concepts, and the people who work with the portal."""

from .concept import Concept, FieldOfAction
from .district import Body, District, LegalText, Municipality
from .user import Role, User, UserRole

__all__ = [
    "Body",
    "Concept",
    "District",
    "FieldOfAction",
    "LegalText",
    "Municipality",
    "Role",
    "User",
    "UserRole",
]
