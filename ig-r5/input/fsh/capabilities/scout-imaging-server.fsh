Instance: scout-imaging-server
InstanceOf: CapabilityStatement
Usage: #definition
Title: "Scout Imaging Server"
Description: "What a FHIR R5 server that holds imaging studies is expected to do: the interactions, and the seventeen search parameters that FHIR R5 defines for ImagingStudy, each with its expectation."
* url = "https://fhir-scout.org/ig/imaging-r5/CapabilityStatement/scout-imaging-server"
* version = "0.1.0"
* date = "2026-11-22"
* experimental = false
* publisher = "fhir-scout"
* contact[0].telecom[0].system = #url
* contact[0].telecom[0].value = "https://fhir-scout.org"
* name = "ScoutImagingServer"
* title = "Scout Imaging Server"
* status = #active
* description = "What a FHIR R5 server that holds imaging studies is expected to do. A server need not declare this statement to be tested: the tests judge a server by FHIR R5 and by what it declares itself, and name this statement where it asks for more."
* kind = #requirements
* fhirVersion = #5.0.0
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
* insert SearchParameter(based-on, ImagingStudy-based-on, reference, SHALL, [[The order the study fulfils.]])
* insert SearchParameter(body-site, ImagingStudy-body-site, token, SHOULD, [[Body site of a series: the concept of series.bodySite.]])
* insert SearchParameter(body-structure, ImagingStudy-body-structure, reference, MAY, [[Body structure of a series: the reference of series.bodySite.]])
* insert SearchParameter(dicom-class, ImagingStudy-dicom-class, token, SHOULD, [[SOP class of an instance, as urn:oid: in the system urn:ietf:rfc:3986.]])
* insert SearchParameter(encounter, clinical-encounter, reference, MAY, [[Encounter the study belongs to.]])
* insert SearchParameter(endpoint, ImagingStudy-endpoint, reference, SHALL, [[Endpoint of the study or of one of its series.]])
* insert SearchParameter(identifier, clinical-identifier, token, SHALL, [[Study Instance UID, accession number and other identifiers, each with its own system.]])
* insert SearchParameter(instance, ImagingStudy-instance, token, SHOULD, [[SOP Instance UID of an instance, without urn:oid:.]])
* insert SearchParameter(modality, ImagingStudy-modality, token, SHALL, [[Modality of a series, whether or not the study lists it.]])
* insert SearchParameter(patient, clinical-patient, reference, SHALL, [[The subject, where it is a Patient.]])
* insert SearchParameter(performer, ImagingStudy-performer, reference, MAY, [[Who performed a series.]])
* insert SearchParameter(reason, ImagingStudy-reason, token, MAY, [[Why the study was requested: the concept of reason.]])
* insert SearchParameter(referrer, ImagingStudy-referrer, reference, SHOULD, [[Who referred the patient.]])
* insert SearchParameter(series, ImagingStudy-series, token, SHALL, [[Series Instance UID of a series, without urn:oid:.]])
* insert SearchParameter(started, ImagingStudy-started, date, SHALL, [[When the study began, with the prefixes eq, ne, gt, ge, lt and le.]])
* insert SearchParameter(status, ImagingStudy-status, token, SHALL, [[Status of the study.]])
* insert SearchParameter(subject, ImagingStudy-subject, reference, SHOULD, [[The subject: a patient, a group or a device.]])
* insert Include(ImagingStudy:based-on, SHOULD)
* insert Include(ImagingStudy:endpoint, SHOULD)
* insert Include(ImagingStudy:patient, SHOULD)
* insert RevInclude(DiagnosticReport:study, MAY)
