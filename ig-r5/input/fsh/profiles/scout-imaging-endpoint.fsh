// The R5 form of the R4 guide's profile of the same id: connectionType may repeat and is a CodeableConcept; payload types
// and MIME types stand in payload. What the R4 profile asks of payloadType (exactly one) is asked of payload.type.
Profile: ScoutImagingEndpoint
Parent: Endpoint
Id: scout-imaging-endpoint
Title: "Scout Imaging Endpoint (R5)"
Description: "A service through which a DICOM study can be retrieved or displayed: DICOMweb WADO-RS, DICOM WADO-URI or IHE Invoke Image Display. Its address is the service's base URL and nothing more."
* insert ConformanceMetadata
* ^purpose = "The same address is shared by all studies of an archive. A client that finds a study's path or a query in it builds addresses that lead nowhere."
* obeys scout-wado-rs-address and scout-wado-uri-address and scout-iid-address

* connectionType from ScoutImagingConnectionType (required)
* payload 1..1
* payload.type 1..1
* payload.type from ScoutImagingPayloadType (extensible)
* address ^short = "Base URL of the service: scheme, authority, path"
