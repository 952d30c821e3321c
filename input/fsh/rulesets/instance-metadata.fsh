// The same as ConformanceMetadata for definitions that are written as instances, which FSH addresses without a caret.
RuleSet: InstanceMetadata(kind, id)
* url = "https://fhir-scout.org/ig/imaging/{kind}/{id}"
* version = "0.1.0"
* date = "2026-11-22"
* experimental = false
* publisher = "fhir-scout"
* contact[0].telecom[0].system = #url
* contact[0].telecom[0].value = "https://fhir-scout.org"
