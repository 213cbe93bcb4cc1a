"""From a message to what is meant: is it a request, of which service, how urgent, where. No input or output."""

from parsing.catalogue import load_catalogue
from parsing.model import Action, Context, KnownPlace, Place, Reason, Thresholds, Understanding
from parsing.normalise import normalise
from parsing.places import areas_of_places
from parsing.reasons import explain, to_json
from parsing.sensitive import Kind, Sensitive, find_numbers, find_sensitive, mask, veil
from parsing.understanding import understand
from parsing.whom import asks_who

__all__ = [
    "Action",
    "Context",
    "Kind",
    "KnownPlace",
    "Place",
    "Reason",
    "Sensitive",
    "Thresholds",
    "Understanding",
    "areas_of_places",
    "asks_who",
    "explain",
    "find_numbers",
    "find_sensitive",
    "load_catalogue",
    "mask",
    "normalise",
    "to_json",
    "understand",
    "veil",
]
