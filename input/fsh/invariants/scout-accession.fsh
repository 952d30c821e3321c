// Accession numbers are described by this rule instead of a slice, so that the slicing of identifier stays IHE's. A number
// without a system is ambiguous: two hospitals give out the same one.
Invariant: scout-accession
Description: "An identifier of type ACSN SHALL have a system and a value, and SHALL NOT be the Study Instance UID."
Severity: #error
Expression: "identifier.where(type.coding.where(system = 'http://terminology.hl7.org/CodeSystem/v2-0203' and code = 'ACSN').exists()).all(system.exists() and value.exists() and system != 'urn:dicom:uid')"
