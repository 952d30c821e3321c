// Metadata of a value set whose codes are DICOM's: where DICOM lists them, and whose words they are.
RuleSet: DicomValueSet(source)
* insert ConformanceMetadata
* ^purpose = "The base specification binds these elements to a DICOM table by its web address, which only a terminology server that knows DICOM can resolve. This enumeration has the same content as far as FHIR R4's copy of the DICOM ontology goes, so that a validator alone can check it. Source: {source}"
* ^copyright = "Codes and names are excerpted from the Digital Imaging and Communications in Medicine (DICOM) Standard, copyright National Electrical Manufacturers Association (NEMA)."
