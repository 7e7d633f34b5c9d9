{{/* What the operator may do where jobs live. Every line has its reason; test: OperatorRbacApiTest. */}}
{{- define "intermission.jobRules" -}}
# What is wanted. It never writes a spec. Patched is one thing only, the finalizer of jobs with onDelete: Purge: a custom
# resource has no narrower right for it. Deleted are ended jobs whose spec.lifetime.ttlAfterFinished is over.
- {apiGroups: [intermission.dev], resources: [trainingjobs], verbs: [get, list, watch, patch, delete]}
# Whether the namespace is going, when a job with onDelete: Purge is deleted: then nothing may hold it up.
- {apiGroups: [""], resources: [namespaces], verbs: [get]}
# What is true.
- {apiGroups: [intermission.dev], resources: [trainingjobs/status], verbs: [get, update]}
# Children say "blockOwnerDeletion"; where OwnerReferencesPermissionEnforcement is on, that takes this.
- {apiGroups: [intermission.dev], resources: [trainingjobs/finalizers], verbs: [update]}
# A run is a Job: made, watched, and deleted once its checkpoint is verified. Never changed.
- {apiGroups: [batch], resources: [jobs], verbs: [get, list, watch, create, delete]}
# Workers are watched; deletecollection is how compute is released: one request with a grace of a second, by the run's labels.
- {apiGroups: [""], resources: [pods], verbs: [get, list, watch, deletecollection]}
# The headless Service by which workers find each other.
- {apiGroups: [""], resources: [services], verbs: [get, create]}
# What happened, for kubectl describe; patch counts a repeated one. Watched: the kubelet tells of a failed pull in an Event first.
- {apiGroups: [""], resources: [events], verbs: [get, list, watch, create, patch]}
{{- if .Values.rbac.readJobSecrets }}
# A job with a bucket of its own names a Secret; it is read by name, never listed, to verify the checkpoint. rbac.readJobSecrets
- {apiGroups: [""], resources: [secrets], verbs: [get]}
# The same for the authorities that such a job trusts for its store. rbac.readJobSecrets
- {apiGroups: [""], resources: [configmaps], verbs: [get]}
{{- end }}
{{- end }}

{{- define "intermission.subject" -}}
- {kind: ServiceAccount, name: {{ include "intermission.serviceAccount" . }}, namespace: {{ .Release.Namespace }}}
{{- end }}
