{{/* Volumes and mounts of the configuration and the Secrets: the same for the monitor and for `helm test`. */}}
{{- define "ccm.inputMounts" -}}
- name: config
  # A folder, never a subPath: only so does a changed ConfigMap reach the running program.
  mountPath: /etc/ccm-cert-monitor
  readOnly: true
{{- range $i, $secret := .Values.secrets }}
- name: secret-{{ $i }}
  mountPath: {{ include "ccm.mountPath" $secret | quote }}
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "ccm.inputVolumes" -}}
- name: config
  configMap:
    name: {{ include "ccm.fullname" . | quote }}
{{- range $i, $secret := .Values.secrets }}
- name: secret-{{ $i }}
  secret:
    secretName: {{ $secret.name | quote }}
    # 0440: for the pod's group, and nobody else.
    defaultMode: 288
    {{- with $secret.items }}
    items:
      {{- range . }}
      - key: {{ .key | quote }}
        path: {{ .path | default .key | quote }}
      {{- end }}
    {{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "ccm.env" -}}
- name: CCM_CONFIG
  value: /etc/ccm-cert-monitor/config.yaml
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What the pod of the monitor and that of `helm test` have in common. */}}
{{- define "ccm.podBasics" -}}
serviceAccountName: {{ include "ccm.serviceAccountName" . | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.dnsPolicy }}
dnsPolicy: {{ . | quote }}
{{- end }}
{{- with .Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
