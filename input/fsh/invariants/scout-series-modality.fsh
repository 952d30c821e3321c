// series.modality is mandatory in R4, but a Coding with nothing but a display satisfies that, and cannot be searched for.
Invariant: scout-series-modality
Description: "Each series SHALL state a modality of its own, with system and code."
Severity: #error
Expression: "modality.system.exists() and modality.code.exists()"
