// R6 draft, word for word: identifiers are the same in R4.
Invariant: ist-1
Description: "Series SHALL only be present if an identifier with the system urn:dicom:uid is present."
Severity: #error
Expression: "series.exists() implies identifier.where(system = 'urn:dicom:uid').exists()"
