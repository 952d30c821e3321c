// As in the R4 guide, over CodeableConcepts: R5 defines ImagingStudy.modality as all distinct values of the series, which "may"
// hold those that acquire nothing; a study that comes from R4, where they may be absent, is not accused of it. The R6 draft asks for all.
Invariant: ist-7
Description: "If modality and series are both present, each modality SHALL be that of a series, and each acquisition modality of a series SHALL be a modality of the study."
Severity: #error
Expression: "(modality.exists() and series.exists()) implies (modality.coding.select(system & '|' & code).exclude(series.modality.coding.select(system & '|' & code)).empty() and series.modality.coding.where(system = 'http://dicom.nema.org/resources/ontology/DCM' and code.matches('^(AR|BDUS|BI|BMD|CR|CT|DG|DX|ECG|EPS|ES|GM|HD|IO|IVOCT|IVUS|KER|LEN|LS|MG|MR|NM|OAM|OCT|OP|OPM|OPT|OPV|OSS|PT|PX|RF|RG|RTIMAGE|SM|SRF|TG|US|VA|XA|XC)$')).select(system & '|' & code).exclude(modality.coding.select(system & '|' & code)).empty())"
