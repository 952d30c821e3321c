Instance: scout-imaging-server
InstanceOf: CapabilityStatement
Usage: #definition
Title: "Scout Imaging Server"
Description: "What a FHIR R4 server that holds imaging studies is expected to do: the interactions, and the seventeen search parameters that FHIR R4 defines for ImagingStudy, each with its expectation."
* insert InstanceMetadata(CapabilityStatement, scout-imaging-server)
* name = "ScoutImagingServer"
* title = "Scout Imaging Server"
* status = #active
* description = "What a FHIR R4 server that holds imaging studies is expected to do. A server need not declare this statement to be tested: the tests judge a server by FHIR R4 and by what it declares itself, and name this statement where it asks for more."
* kind = #requirements
* fhirVersion = #4.0.1
* format[0] = #json
* format[0].extension[0].url = $expectation
* format[0].extension[0].valueCode = #SHALL
* format[1] = #xml
* format[1].extension[0].url = $expectation
* format[1].extension[0].valueCode = #MAY
* patchFormat[0] = #application/json-patch+json
* patchFormat[0].extension[0].url = $expectation
* patchFormat[0].extension[0].valueCode = #MAY

* rest[0].mode = #server
* rest[0].documentation = "Search SHALL be answered for GET on the type and SHOULD be answered for POST to _search with the same result. Criteria of one parameter separated by commas are alternatives; repeated parameters all apply, to the resource and not to one series of it."
* rest[0].security.description = "Imaging studies are personal data: a server SHALL be reached over TLS where it holds real ones and SHOULD require authorization."
* insert SystemInteraction(batch, MAY)
* insert SystemInteraction(transaction, MAY)
* insert SystemInteraction(history-system, MAY)
* insert SystemSearchParameter(_id, Resource-id, token, SHALL, [[The logical id.]])
* insert SystemSearchParameter(_lastUpdated, Resource-lastUpdated, date, SHOULD, [[When the resource last changed, to ask for what is new.]])
* insert SystemSearchParameter(_profile, Resource-profile, uri, MAY, [[Resources that claim a profile.]])
* insert SystemSearchParameter(_tag, Resource-tag, token, SHOULD, [[Resources with a tag. Tests that write tag everything they write.]])

* insert Resource(ImagingStudy, SHALL)
* rest[0].resource[=].supportedProfile = Canonical(ScoutImagingStudy)
* insert Interactions
* insert SearchParameter(basedon, ImagingStudy-basedon, reference, SHALL, [[The order the study fulfils. Chaining to basedon:ServiceRequest.identifier SHOULD work.]])
* insert SearchParameter(bodysite, ImagingStudy-bodysite, token, SHOULD, [[Body site of a series.]])
* insert SearchParameter(dicom-class, ImagingStudy-dicom-class, token, SHOULD, [[SOP class of an instance, as urn:oid: in the system urn:ietf:rfc:3986.]])
* insert SearchParameter(encounter, ImagingStudy-encounter, reference, MAY, [[Encounter the study belongs to.]])
* insert SearchParameter(endpoint, ImagingStudy-endpoint, reference, SHALL, [[Endpoint of the study or of one of its series.]])
* insert SearchParameter(identifier, clinical-identifier, token, SHALL, [[Study Instance UID (urn:dicom:uid and the UID after urn:oid:), accession number and other identifiers, each with its own system.]])
* insert SearchParameter(instance, ImagingStudy-instance, token, SHOULD, [[SOP Instance UID of an instance, without urn:oid:.]])
* insert SearchParameter(interpreter, ImagingStudy-interpreter, reference, MAY, [[Who interpreted the images.]])
* insert SearchParameter(modality, ImagingStudy-modality, token, SHALL, [[Modality of a series, whether or not the study lists it.]])
* insert SearchParameter(patient, clinical-patient, reference, SHALL, [[The subject, where it is a Patient. Chaining to patient.identifier SHOULD work.]])
* insert SearchParameter(performer, ImagingStudy-performer, reference, MAY, [[Who performed a series.]])
* insert SearchParameter(reason, ImagingStudy-reason, token, MAY, [[Why the study was requested: a code of reasonCode.]])
* insert SearchParameter(referrer, ImagingStudy-referrer, reference, SHOULD, [[Who referred the patient.]])
* insert SearchParameter(series, ImagingStudy-series, token, SHALL, [[Series Instance UID of a series, without urn:oid:.]])
* insert SearchParameter(started, ImagingStudy-started, date, SHALL, [[When the study began, with the prefixes eq, ne, gt, ge, lt and le.]])
* insert SearchParameter(status, ImagingStudy-status, token, SHALL, [[Status of the study.]])
* insert SearchParameter(subject, ImagingStudy-subject, reference, SHOULD, [[The subject: a patient, a group or a device.]])
* insert Include(ImagingStudy:basedon, SHOULD)
* insert Include(ImagingStudy:endpoint, SHOULD)
* insert Include(ImagingStudy:patient, SHOULD)
* insert Include(ImagingStudy:referrer, MAY)
* insert Include(ImagingStudy:subject, MAY)

* insert Resource(Patient, SHALL)
* insert Interactions
* insert SearchParameter(identifier, Patient-identifier, token, SHALL, [[Medical record number and other identifiers.]])
* insert SearchParameter(name, Patient-name, string, SHOULD, [[Any part of the name.]])
* insert SearchParameter(family, individual-family, string, MAY, [[Family name.]])
* insert SearchParameter(birthdate, individual-birthdate, date, SHOULD, [[Date of birth.]])
* insert SearchParameter(gender, individual-gender, token, MAY, [[Administrative gender.]])
* insert RevInclude(ImagingStudy:patient, SHOULD)

* insert Resource(Endpoint, SHALL)
* rest[0].resource[=].supportedProfile = Canonical(ScoutImagingEndpoint)
* insert Interactions
* insert SearchParameter(identifier, Endpoint-identifier, token, SHOULD, [[Identifiers of the endpoint.]])
* insert SearchParameter(connection-type, Endpoint-connection-type, token, SHOULD, [[WADO-RS, WADO-URI, IID.]])
* insert SearchParameter(status, Endpoint-status, token, SHOULD, [[Status of the endpoint.]])
* insert SearchParameter(organization, Endpoint-organization, reference, MAY, [[Who manages the endpoint.]])
* insert RevInclude(ImagingStudy:endpoint, MAY)

* insert Resource(Practitioner, SHOULD)
* insert Interactions
* insert SearchParameter(identifier, Practitioner-identifier, token, SHOULD, [[Identifiers of the person.]])
* insert SearchParameter(name, Practitioner-name, string, SHOULD, [[Any part of the name.]])

* insert Resource(Organization, SHOULD)
* insert Interactions
* insert SearchParameter(identifier, Organization-identifier, token, SHOULD, [[Identifiers of the organization.]])
* insert SearchParameter(name, Organization-name, string, SHOULD, [[Name or alias.]])
* insert SearchParameter(endpoint, Organization-endpoint, reference, MAY, [[Endpoint of the organization.]])

* insert Resource(ServiceRequest, SHOULD)
* insert Interactions
* insert SearchParameter(identifier, clinical-identifier, token, SHALL, [[Placer and filler numbers, accession number.]])
* insert SearchParameter(patient, clinical-patient, reference, SHALL, [[The subject, where it is a Patient.]])
* insert SearchParameter(status, ServiceRequest-status, token, SHOULD, [[Status of the order.]])
* insert SearchParameter(authored, ServiceRequest-authored, date, SHOULD, [[When the order was signed.]])
* insert SearchParameter(code, clinical-code, token, MAY, [[What was ordered.]])
* insert SearchParameter(requester, ServiceRequest-requester, reference, MAY, [[Who ordered.]])
* insert Include(ServiceRequest:patient, MAY)
* insert RevInclude(ImagingStudy:basedon, SHOULD)

* insert Resource(DiagnosticReport, SHOULD)
* insert Interactions
* insert SearchParameter(identifier, clinical-identifier, token, SHOULD, [[Identifiers of the report, accession number.]])
* insert SearchParameter(patient, clinical-patient, reference, SHALL, [[The subject, where it is a Patient.]])
* insert SearchParameter(status, DiagnosticReport-status, token, SHOULD, [[Status of the report.]])
* insert SearchParameter(category, DiagnosticReport-category, token, SHOULD, [[Diagnostic service, such as radiology.]])
* insert SearchParameter(code, clinical-code, token, SHOULD, [[What the report is about.]])
* insert SearchParameter(date, clinical-date, date, SHOULD, [[When the report applies.]])
* insert SearchParameter(based-on, DiagnosticReport-based-on, reference, SHOULD, [[The order the report fulfils.]])
* insert SearchParameter(results-interpreter, DiagnosticReport-results-interpreter, reference, MAY, [[Who interpreted the results.]])
* insert Include(DiagnosticReport:patient, MAY)
