// In R5 series.bodySite may refer to a BodyStructure besides, or instead of, naming a code. R4 has room for the code only, HL7's
// extension "bodySite" may not stand on a Coding any more, and its validator fails over the cross-version extension of this element.
Extension: ScoutBodyStructure
Id: scout-body-structure
Title: "Body Structure of a Series"
Description: "The structure of this patient that the series shows: what the reference in series.bodySite is in FHIR R5. The code beside it says which part of the body that is."
Context: ImagingStudy.series.bodySite
* insert ConformanceMetadata
* value[x] only Reference(BodyStructure)
* valueReference 1..1
