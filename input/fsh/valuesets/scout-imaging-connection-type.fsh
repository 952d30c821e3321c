// IHE IMR allows the first two; WADO-URI is described by the same section of the R4 specification and added for archives
// that offer nothing else. A study whose only endpoint is WADO-URI does not conform to IMR.
ValueSet: ScoutImagingConnectionType
Id: scout-imaging-connection-type
Title: "Imaging Connection Types"
Description: "Services that retrieve or display a DICOM study."
* insert ConformanceMetadata
* $connection-type#ihe-iid "IHE IID"
* $connection-type#dicom-wado-rs "DICOM WADO-RS"
* $connection-type#dicom-wado-uri "DICOM WADO-URI"
