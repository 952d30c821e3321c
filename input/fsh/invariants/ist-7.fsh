// Carried back with three changes.
// 1. modality is a Coding in R4 (a CodeableConcept in R6), so system and code are compared where R6 also compares texts.
// 2. R6 wants all distinct values of series.modality at study level. R4 defines ImagingStudy.modality as "all the
//    Series.modality values that are actual acquisition modalities", so SR, KO, PR, SEG and the like may be absent there:
//    only the acquisition modalities (CID 29, the codes of ScoutAcquisitionModality) must be present. Whatever is present
//    must still be that of a series.
// 3. R6's expression fails a study that has a modality and lists no series at all, which its sentence does not ask and
//    this profile, where modality is mandatory and series are not, could not fulfil: the rule needs series to be present.
Invariant: ist-7
Description: "If modality and series are both present, each modality SHALL be that of a series, and each acquisition modality of a series SHALL be a modality of the study. Modalities that acquire nothing (SR, KO, PR, SEG and the like) may be absent at study level, as FHIR R4 defines it."
Severity: #error
Expression: "(modality.exists() and series.exists()) implies (modality.select(system & '|' & code).exclude(series.modality.select(system & '|' & code)).empty() and series.modality.where(system = 'http://dicom.nema.org/resources/ontology/DCM' and code.matches('^(AR|BDUS|BI|BMD|CR|CT|DG|DX|ECG|EPS|ES|GM|HD|IO|IVOCT|IVUS|KER|LEN|LS|MG|MR|NM|OAM|OCT|OP|OPM|OPT|OPV|OSS|PT|PX|RF|RG|RTIMAGE|SM|SRF|TG|US|VA|XA|XC)$')).select(system & '|' & code).exclude(modality.select(system & '|' & code)).empty())"
