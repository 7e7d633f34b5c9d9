{{- define "intermission.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name }}{{ end -}}
{{- end }}

{{- define "intermission.selector" -}}
app.kubernetes.io/name: intermission
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "intermission.labels" -}}
{{ include "intermission.selector" . }}
app.kubernetes.io/component: operator
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end }}

{{- define "intermission.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "intermission.fullname" .) "default") -}}
{{- end }}

{{/* The reference of an image: (list repository-and-tag-values, chart). */}}
{{- define "intermission.image" -}}
{{- $image := index . 0 -}}
{{- if $image.digest }}{{ $image.repository }}@{{ $image.digest }}
{{- else }}{{ $image.repository }}:{{ $image.tag | default (index . 1).AppVersion }}{{ end -}}
{{- end }}

{{- define "intermission.signingKeySecret" -}}
{{- .Values.signingKey.existingSecret | default (printf "%s-signing-key" (include "intermission.fullname" .)) -}}
{{- end }}

{{/* The Secret with the operator's own S3 keys; empty when the pod's identity is used. */}}
{{- define "intermission.s3Secret" -}}
{{- if .Values.s3.credentials.existingSecret }}{{ .Values.s3.credentials.existingSecret }}
{{- else if .Values.s3.credentials.accessKeyId }}{{ include "intermission.fullname" . }}-s3{{ end -}}
{{- end }}

{{- define "intermission.jobSecret" -}}
{{- .Values.s3.jobSecret | default (include "intermission.s3Secret" .) -}}
{{- end }}
