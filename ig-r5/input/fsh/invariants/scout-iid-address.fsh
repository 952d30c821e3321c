// As in the R4 guide; connectionType is a CodeableConcept here, and may repeat.
Invariant: scout-iid-address
Description: "The address of an IHE Invoke Image Display endpoint SHALL be the service's base URL: scheme, authority and path, without a question mark or query parameters."
Severity: #error
Expression: "(connectionType.coding.where(system = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type' and code = 'ihe-iid').exists() and address.exists()) implies address.matches('^https?://[^/?# ]+(/[^?# ]*)?$')"
