// As in the R4 guide; connectionType is a CodeableConcept here, and may repeat.
Invariant: scout-wado-uri-address
Description: "The address of a DICOM WADO-URI endpoint SHALL be the service's base URL: scheme, authority and path, without a question mark or query parameters."
Severity: #error
Expression: "(connectionType.coding.where(system = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type' and code = 'dicom-wado-uri').exists() and address.exists()) implies address.matches('^https?://[^/?# ]+(/[^?# ]*)?$')"
