// What IHE's IMR Study Endpoint asks for WADO-RS and IID (payloadType exactly one, from the code "Study") is asked of all
// three connection types, so that whatever is WADO-RS or IID here is an IMR Study Endpoint too.
Profile: ScoutImagingEndpoint
Parent: Endpoint
Id: scout-imaging-endpoint
Title: "Scout Imaging Endpoint"
Description: "A service through which a DICOM study can be retrieved or displayed: DICOMweb WADO-RS, DICOM WADO-URI or IHE Invoke Image Display. Its address is the service's base URL and nothing more, so that a client can build the addresses of studies, series and instances by appending to it."
* insert ConformanceMetadata
* ^purpose = "The same address is shared by all studies of an archive. A client that finds a study's path or a query in it builds addresses that lead nowhere."
* obeys scout-wado-rs-address and scout-wado-uri-address and scout-iid-address

* connectionType from ScoutImagingConnectionType (required)
* payloadType 1..1
* payloadType from ScoutImagingPayloadType (extensible)
* address ^short = "Base URL of the service: scheme, authority, path"
