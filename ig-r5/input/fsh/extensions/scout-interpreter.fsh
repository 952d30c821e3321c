// R5 took ImagingStudy.interpreter out and leaves it to DiagnosticReport.resultsInterpreter. A study without a report would lose
// it on the way from R4, and HL7's table of cross-version extensions has none for it.
Extension: ScoutInterpreter
Id: scout-interpreter
Title: "Interpreter of a Study"
Description: "Who read the study: ImagingStudy.interpreter of FHIR R4, which R5 does not have. Where there is a DiagnosticReport, its resultsInterpreter says the same."
Context: ImagingStudy
* insert ConformanceMetadata
* value[x] only Reference(Practitioner or PractitionerRole)
* valueReference 1..1
