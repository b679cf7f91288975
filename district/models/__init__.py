"""The ground: the district, its municipalities and bodies, its concepts, and the people who work with the portal."""

from .concept import Concept, FieldOfAction
from .district import Body, Department, District, LegalText, Municipality
from .post import OutgoingMail
from .traffic import Bucket, ContentVersion, DailySalt
from .user import Role, User, UserRole

__all__ = [
    "Body",
    "Bucket",
    "Concept",
    "ContentVersion",
    "DailySalt",
    "Department",
    "District",
    "FieldOfAction",
    "LegalText",
    "Municipality",
    "OutgoingMail",
    "Role",
    "User",
    "UserRole",
]
