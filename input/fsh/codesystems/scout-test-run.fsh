// The address is not below the guide's canonical (special-url in sushi-config.yaml): tags stay on servers, and whoever finds one
// years later must find out what it is whichever guide and version was tested.
CodeSystem: ScoutTestRun
Id: scout-test-run
Title: "Test Runs"
Description: "Tags of resources that a conformance test wrote: the code is the id of the test run. Whatever carries such a tag is test data and may be deleted."
* insert ConformanceMetadata
* ^url = "https://fhir-scout.org/test-run"
* ^caseSensitive = true
* ^content = #not-present
