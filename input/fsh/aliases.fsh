// Short names of the code systems and extensions that the definitions below use.
Alias: $dcm = http://dicom.nema.org/resources/ontology/DCM
Alias: $uri = urn:ietf:rfc:3986
Alias: $connection-type = http://terminology.hl7.org/CodeSystem/endpoint-connection-type
Alias: $identifier-type = http://terminology.hl7.org/CodeSystem/v2-0203
Alias: $region = http://unstats.un.org/unsd/methods/m49/m49.htm
Alias: $expectation = http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation
