// The element table is that of IHE's IMR ImagingStudy profile 1.1.0: seven mandatory elements (identifier, its studyUID
// slice, the slice's system and value, modality, started, endpoint) and three must-support ones (the slice, its value,
// started). Everything IHE asks is asked here in the same way, so that a study whose endpoints are WADO-RS or IID
// conforms to IHE's profile as well. What is added is rules (obeys) and bindings that can be checked offline.
Profile: ScoutImagingStudy
Parent: ImagingStudy
Id: scout-imaging-study
Title: "Scout ImagingStudy"
Description: "A DICOM study of a patient that can be found by its Study Instance UID and fetched through at least one endpoint. The element table is that of the IHE Interactive Multimedia Report (IMR) profile; invariants add what DICOM and the FHIR R4 text ask of UIDs, counts and modalities."
* insert ConformanceMetadata
* ^purpose = "A client that lists the studies of a patient needs to know what was done and when, which DICOM study it is, and where to fetch it. A server that fulfils this profile gives it all of that."
* obeys ist-1 and ist-2 and ist-3 and ist-4 and ist-5 and ist-6 and ist-7
* obeys scout-accession and scout-series-uid-unique and scout-instance-uid-unique

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
* modality from ScoutAcquisitionModality (extensible)

* subject only Reference(Patient)

* started 1..1 MS

* endpoint 1..*
* endpoint only Reference(ScoutImagingEndpoint)

* series obeys scout-series-modality
* series.uid obeys scout-series-uid
* series.modality from ScoutModality (extensible)
* series.instance.uid obeys scout-instance-uid
* series.instance.sopClass from ScoutStorageSopClass (extensible)
