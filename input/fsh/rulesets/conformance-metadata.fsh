// What every definition of this guide says of itself; SUSHI copies version and status from sushi-config.yaml, but not these.
RuleSet: ConformanceMetadata
* ^experimental = false
* ^publisher = "fhir-scout"
* ^contact[0].telecom[0].system = #url
* ^contact[0].telecom[0].value = "https://fhir-scout.org"
* ^jurisdiction = $region#001 "World"
