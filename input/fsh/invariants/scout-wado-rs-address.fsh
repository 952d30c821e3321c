// R4, ImagingStudy, notes on endpoints: "only the scheme, authority and path are included. Sub-services, such as study,
// shall not be specified. The path shall not contain a trailing slash." A sub-service is recognised where it ends the path
// or is followed by a UID or a number, so that a base path that merely contains the word (/studies/dicomweb) is let through.
// "study" is no resource of WADO-RS, but the sentence names it, and addresses like .../wadors/study/1.2.3 are met.
// An absent address is for the base definition (1..1) to report, not for this rule.
Invariant: scout-wado-rs-address
Description: "The address of a DICOM WADO-RS endpoint SHALL be the service's base URL: scheme, authority and path, without a sub-service such as /studies, without a trailing slash and without a query."
Severity: #error
Expression: "(connectionType.where(system = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type' and code = 'dicom-wado-rs').exists() and address.exists()) implies (address.matches('^https?://[^/?# ]+(/[^?# ]*[^/?# ])?$') and address.matches('^https?://[^/?# ]+(/[^?# ]*)?/(study|studies|series|instances?|frames|bulkdata|metadata|rendered|thumbnail)(/[0-9][0-9.,]*(/[^?# ]*)?)?$').not())"
