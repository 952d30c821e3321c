// As in the R4 guide, over a CodeableConcept: one with nothing but a text cannot be searched for.
Invariant: scout-series-modality
Description: "Each series SHALL state a modality of its own, with system and code."
Severity: #error
Expression: "modality.coding.where(system.exists() and code.exists()).exists()"
