// Short names of the code systems and extensions that the definitions below use.
Alias: $dcm = http://dicom.nema.org/resources/ontology/DCM
Alias: $uri = urn:ietf:rfc:3986
Alias: $connection-type = http://terminology.hl7.org/CodeSystem/endpoint-connection-type
Alias: $expectation = http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation
