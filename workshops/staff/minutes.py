"""In work."""

from .frame import Route

ROUTES: list[Route] = []
