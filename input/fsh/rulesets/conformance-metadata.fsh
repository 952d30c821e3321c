// What every definition of this guide says of itself. SUSHI copies only the status from sushi-config.yaml; the rest is repeated
// here (a test holds the two together), because packages are also built without the IG Publisher, which would add it.
RuleSet: ConformanceMetadata
* ^version = "0.1.0"
* ^date = "2026-11-22"
* ^experimental = false
* ^publisher = "fhir-scout"
* ^contact[0].telecom[0].system = #url
* ^contact[0].telecom[0].value = "https://fhir-scout.org"
