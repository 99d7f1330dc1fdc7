"""LOINC codes whose class is of the laboratory: those that letters to a coordination desk bring most.

A sender who gives the discipline (OBR-24) or a category needs no list. A code that is not here has no category by itself, and the
desk files it.
"""

from __future__ import annotations

_CODES = """
718-7 789-8 4544-3 787-2 6690-2 26464-8 777-3 26515-7 770-8 751-8 731-0 6301-6 34714-6 5902-2 2160-0
14682-9 33914-3 62238-1 98979-8 3094-0 22664-7 2951-2 2823-3 2075-0 2000-8 17861-6 2777-1 19123-9 1742-6
1920-8 2324-2 6768-6 1975-2 2345-7 14749-6 15074-8 1558-6 4548-4 59261-8 2093-3 14647-2 2571-8 2085-9
13457-7 1751-7 2862-1 2885-2 14338-8 1988-5 30341-2 2276-4 3084-1 10839-9 67151-1 30934-4 33762-6 3016-3
3024-7 1989-3 62292-8 2132-9 2284-8 5804-0 5803-2 5811-5 630-4 2889-4 14958-3
"""  # blood count and coagulation, chemistry, heart, hormones and vitamins, urine and cultures
LABORATORY = frozenset(_CODES.split())
