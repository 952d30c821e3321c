// As in the R4 guide; connectionType is a CodeableConcept here, and may repeat.
Invariant: scout-wado-rs-address
Description: "The address of a DICOM WADO-RS endpoint SHALL be the service's base URL: scheme, authority and path, without a sub-service such as /studies, without a trailing slash and without a query."
Severity: #error
Expression: "(connectionType.coding.where(system = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type' and code = 'dicom-wado-rs').exists() and address.exists()) implies (address.matches('^https?://[^/?# ]+(/[^?# ]*[^/?# ])?$') and address.matches('^https?://[^/?# ]+(/[^?# ]*)?/(study|studies|series|instances?|frames|bulkdata|metadata|rendered|thumbnail)(/[0-9][0-9.,]*(/[^?# ]*)?)?$').not())"
