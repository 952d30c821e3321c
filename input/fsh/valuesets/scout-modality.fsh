// CID 33 is CID 29 and the modalities that acquire nothing; again as far as the ontology in hl7.fhir.r4.core 4.0.1 goes
// (it lacks ASMT, CTPROTOCOL, DOC, FID, IOL, M3D, PLAN, RWV, STAIN ..., which the extensible binding leaves open).
ValueSet: ScoutModality
Id: scout-modality
Title: "Modalities (DICOM CID 33)"
Description: "Every modality a DICOM series can have: those that acquire data, and those that are made from data, such as reports, key objects, presentation states and segmentations."
* insert DicomValueSet([[https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_33.html]])
* include codes from valueset ScoutAcquisitionModality
* $dcm#AU "Audio"
* $dcm#HC "Hard Copy"
* $dcm#KO "Key Object Selection"
* $dcm#OT "Other Modality"
* $dcm#PR "Presentation State"
* $dcm#REG "Registration"
* $dcm#RTDOSE "Radiotherapy Dose"
* $dcm#RTPLAN "Radiotherapy Plan"
* $dcm#RTRECORD "Radiotherapy Treatment Record"
* $dcm#RTSTRUCT "Radiotherapy Structure Set"
* $dcm#SEG "Segmentation"
* $dcm#SMR "Stereometric Relationship"
* $dcm#SR "Structured Report Document"
