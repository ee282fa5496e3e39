{{/* Names and labels. Selectors carry no version: they cannot be changed once made. */}}
{{- define "ccm.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "ccm.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "ccm.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "ccm.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "ccm.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "ccm.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "ccm.selectorLabels" -}}
app.kubernetes.io/name: {{ include "ccm.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels of an object; called with (dict "root" $ "labels" own labels). Own ones go before common ones, and neither changes a selector. */}}
{{- define "ccm.labels" -}}
{{- $root := .root -}}
{{- $fixed := include "ccm.selectorLabels" $root | fromYaml -}}
{{- $said := dict
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_"))
  "app.kubernetes.io/version" $root.Chart.AppVersion
  "app.kubernetes.io/managed-by" $root.Release.Service -}}
{{- mergeOverwrite (dict) $said $root.Values.commonLabels (.labels | default dict) $fixed | toYaml -}}
{{- end -}}

{{/* The metadata block of an object; called with (dict "root" $ "name" … "labels" … "annotations" …). */}}
{{- define "ccm.metadata" -}}
metadata:
  name: {{ .name | default (include "ccm.fullname" .root) }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "ccm.labels" (dict "root" .root "labels" .labels) | nindent 4 }}
  {{- with mergeOverwrite (dict) .root.Values.commonAnnotations (.annotations | default dict) }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "ccm.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}
{{- end -}}
