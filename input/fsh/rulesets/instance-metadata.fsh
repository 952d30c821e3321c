// The same as ConformanceMetadata for definitions that are written as instances, which FSH addresses without a caret.
RuleSet: InstanceMetadata(kind, id, version, date)
* url = "https://fhir-scout.org/ig/imaging/{kind}/{id}"
* version = "{version}"
* date = "{date}"
* experimental = false
* publisher = "fhir-scout"
* contact[0].telecom[0].system = #url
* contact[0].telecom[0].value = "https://fhir-scout.org"
* jurisdiction = $region#001 "World"
