// The R5 form of the R4 guide's profile of the same id. modality, series.modality and laterality are CodeableConcepts, procedure,
// reason and series.bodySite CodeableReferences; the Procedure itself moved to partOf; R5 has no interpreter.
Profile: ScoutImagingStudy
Parent: ImagingStudy
Id: scout-imaging-study
Title: "Scout ImagingStudy (R5)"
Description: "A DICOM study of a patient that can be found by its Study Instance UID and fetched through at least one endpoint, in FHIR R5. Invariants add what DICOM and the FHIR text ask of UIDs, counts and modalities."
* insert ConformanceMetadata
* ^purpose = "A client that lists the studies of a patient needs to know what was done and when, which DICOM study it is, and where to fetch it. A server that fulfils this profile gives it all of that."
* obeys ist-1 and ist-2 and ist-3 and ist-4 and ist-5 and ist-6 and ist-7
* obeys scout-accession and scout-series-uid-unique and scout-instance-uid-unique
* extension contains ScoutInterpreter named interpreter 0..*

* identifier 1..*
* identifier ^slicing.discriminator.type = #pattern
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier ^slicing.ordered = false
* identifier ^slicing.description = "The Study Instance UID is told from other identifiers by its system."
* identifier contains studyUID 1..1 MS
* identifier[studyUID] ^short = "The Study Instance UID (0020,000D)"
* identifier[studyUID].system 1..1
* identifier[studyUID].system = "urn:dicom:uid"
* identifier[studyUID].value 1..1 MS
* identifier[studyUID].value ^short = "urn:oid: followed by the UID"
* identifier[studyUID].value obeys scout-study-uid

* modality 1..*
* modality from ScoutModality (extensible)
* modality ^short = "All distinct modalities of the series"

* subject only Reference(Patient)

* started 1..1 MS

* endpoint 1..*
* endpoint only Reference(ScoutImagingEndpoint)

* basedOn ^short = "The order (in R4: basedOn)"
* partOf ^short = "The procedure of which the study is a part (in R4: procedureReference)"
* procedure ^short = "What was performed, as a code (in R4: procedureCode) or a plan"
* reason ^short = "Why, as a code (in R4: reasonCode) or a reference (in R4: reasonReference)"

* series obeys scout-series-modality
* series.uid obeys scout-series-uid
* series.modality from ScoutModality (extensible)
* series.bodySite ^short = "Body part as a code, or a reference to a BodyStructure"
* series.instance.uid obeys scout-instance-uid
* series.instance.sopClass from ScoutStorageSopClass (extensible)
