// R6 draft, word for word: identifiers are the same in R4.
Invariant: ist-2
Description: "At most one identifier SHALL have the system urn:dicom:uid."
Severity: #error
Expression: "identifier.where(system = 'urn:dicom:uid').count() < 2"
