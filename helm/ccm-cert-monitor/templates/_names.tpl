{{/* Names and labels, in quotes: a release may be named 1 or true. Selectors carry no version: they cannot be changed once made. */}}
{{- define "ccm.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 52 | trimAll "-" -}}
{{- end -}}

{{/* At most 52 characters, since Kubernetes adds eleven for the label of a StatefulSet's revision. A Service must begin with a letter and has no dots; a release may be named otherwise. */}}
{{- define "ccm.fullname" -}}
{{- $name := include "ccm.name" . -}}
{{- $release := .Release.Name | replace "." "-" -}}
{{- if .Values.fullnameOverride -}}
{{- $name = .Values.fullnameOverride -}}
{{- else if contains $name $release -}}
{{- $name = $release -}}
{{- else -}}
{{- $name = printf "%s-%s" $release $name -}}
{{- end -}}
{{- if regexMatch "^[0-9]" $name }}{{ $name = printf "ccm-%s" $name }}{{ end -}}
{{- $name | trunc 52 | trimAll "-" -}}
{{- end -}}

{{- define "ccm.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace -}}
{{- end -}}

{{- define "ccm.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "ccm.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "ccm.selectorLabels" -}}
app.kubernetes.io/name: {{ include "ccm.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* Labels of an object; called with (dict "root" $ "labels" own labels). Own ones go before common ones, and neither changes a selector. */}}
{{- define "ccm.labels" -}}
{{- $root := .root -}}
{{- $fixed := include "ccm.selectorLabels" $root | fromYaml -}}
{{- $said := dict
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_"))
  "app.kubernetes.io/version" $root.Chart.AppVersion
  "app.kubernetes.io/managed-by" $root.Release.Service -}}
{{- mergeOverwrite (dict) $said ($root.Values.commonLabels | default dict) (.labels | default dict) $fixed | toYaml -}}
{{- end -}}

{{/* The metadata block of an object; called with (dict "root" $ "name" … "labels" … "annotations" …). */}}
{{- define "ccm.metadata" -}}
metadata:
  name: {{ .name | default (include "ccm.fullname" .root) | quote }}
  namespace: {{ include "ccm.namespace" .root | quote }}
  labels:
    {{- include "ccm.labels" (dict "root" .root "labels" .labels) | nindent 4 }}
  {{- with mergeOverwrite (dict) (.root.Values.commonAnnotations | default dict) (.annotations | default dict) }}
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
