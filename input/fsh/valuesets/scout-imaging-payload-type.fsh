// IHE IMR's one code.
ValueSet: ScoutImagingPayloadType
Id: scout-imaging-payload-type
Title: "Imaging Payload Types"
Description: "What an imaging endpoint serves: a DICOM study with its series and instances."
* insert ConformanceMetadata
* $dcm#113014 "Study"
