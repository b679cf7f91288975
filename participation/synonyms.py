"""Words that people use for the same thing: who searches for one finds the others. Kept by hand, short."""

from __future__ import annotations

from typing import Final

GROUPS: Final = (
    ("Rad", "Fahrrad", "Velo"),
    ("Bus", "Omnibus"),
    ("ÖPNV", "Nahverkehr"),
    ("Zug", "Eisenbahn", "Bahn"),
    ("Auto", "Pkw", "Kfz"),
    ("Lkw", "Lastwagen", "Laster"),
    ("Fußweg", "Gehweg", "Bürgersteig"),
    ("Ampel", "Lichtsignalanlage"),
    ("Kita", "Kindergarten", "Kindertagesstätte", "Krippe"),
    ("Arzt", "Ärztin", "Arztpraxis"),
    ("Krankenhaus", "Klinik"),
    ("Internet", "Breitband", "Glasfaser"),
    ("Mobilfunk", "Handynetz", "Funkloch"),
    ("Windrad", "Windkraft", "Windenergie"),
    ("Photovoltaik", "Solar", "Fotovoltaik"),
    ("Schwimmbad", "Schwimmhalle", "Freibad", "Hallenbad"),
    ("Laden", "Geschäft", "Supermarkt"),
    ("Müll", "Abfall"),
    ("Senioren", "Rentner"),
    ("Jugendclub", "Jugendtreff", "Jugendraum"),
)
