{{/* The program's configuration: what the pod needs is filled in, and what cannot work in a pod is refused. */}}
{{- define "ccm.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- $http := mergeOverwrite (dict "host" "0.0.0.0" "port" 10119) ($config.http | default dict) -}}
{{- $state := mergeOverwrite (dict "path" "/var/lib/ccm-cert-monitor/state.db") ($config.state | default dict) -}}
{{- mergeOverwrite $config (dict "http" $http "state" $state) | toYaml -}}
{{- end -}}

{{/* What the program opens once, at its start: a change of it needs a new pod (publicUrl is taken while it runs). */}}
{{- define "ccm.checksum" -}}
{{- $config := include "ccm.config" . | fromYaml -}}
{{- if .Values.restartOnConfigChange -}}
{{- $config | toJson | sha256sum -}}
{{- else -}}
{{- dict "http" (omit $config.http "publicUrl") "state" $config.state | toJson | sha256sum -}}
{{- end -}}
{{- end -}}

{{- define "ccm.port" -}}
{{- (include "ccm.config" . | fromYaml).http.port -}}
{{- end -}}

{{/* The port for probes in plain HTTP; empty where they go to the port of the metrics. */}}
{{- define "ccm.probePort" -}}
{{- $http := (include "ccm.config" . | fromYaml).http -}}
{{- if $http.probePort -}}
{{- $http.probePort -}}
{{- else if $http.webConfigFile -}}
10121
{{- end -}}
{{- end -}}

{{/* The names of the accounts whose certificates are watched without being named, as a JSON list. */}}
{{- define "ccm.discovered" -}}
{{- $names := list -}}
{{- range .Values.config.accounts -}}
{{- if or (kindIs "map" .discover) (eq (toString .discover) "true") }}{{ $names = append $names (.name | default "default") }}{{ end -}}
{{- end -}}
{{- $names | toJson -}}
{{- end -}}

{{/* The ports of the endpoints that are looked at from outside, each once, as a JSON list; `auto` is https, and so is what is discovered. */}}
{{- define "ccm.probed" -}}
{{- $ports := include "ccm.discovered" . | fromJsonArray | empty | ternary list (list "443") -}}
{{- range concat (.Values.config.certificates | default list) (.Values.config.rules | default list) -}}
{{- if kindIs "slice" .probe -}}
{{- range .probe -}}
{{- $address := kindIs "map" . | ternary (get (kindIs "map" . | ternary . dict) "address") . -}}
{{- $ports = append $ports (regexFind "[0-9]+$" (toString $address)) -}}
{{- end -}}
{{- else if eq (toString .probe) "auto" -}}
{{- $ports = append $ports "443" -}}
{{- end -}}
{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

{{/* The port of a URL. */}}
{{- define "ccm.urlPort" -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $port | default (eq ($url.scheme | lower) "http" | ternary "80" "443") -}}
{{- end -}}

{{- define "ccm.mountPath" -}}
{{- .mountPath | default (printf "/run/secrets/%s" .name) | trimSuffix "/" -}}
{{- end -}}

{{/* Refuses what would be seen only when the pod fails. */}}
{{- define "ccm.checkConfig" -}}
{{- $config := include "ccm.config" . | fromYaml -}}
{{- if not (or $config.certificates (include "ccm.discovered" . | fromJsonArray)) -}}
{{- fail "Cannot use config: it names no certificate, and no account is discovered, so that nothing would be watched; write config.certificates, or discover: true at an account" -}}
{{- end -}}
{{- range $i, $account := $config.accounts -}}
{{- range $key := list "password" "accessKey" "secretKey" "securityToken" "token" -}}
{{- with get $account.credentials $key -}}
{{- include "ccm.checkSecret" (dict "root" $ "ref" . "where" (printf "config.accounts[%d].credentials.%s" $i $key)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with $config.email -}}
{{- with .smtp.password -}}
{{- include "ccm.checkSecret" (dict "root" $ "ref" . "where" "config.email.smtp.password") -}}
{{- end -}}
{{- end -}}
{{- with $config.http.webConfigFile -}}
{{- include "ccm.checkMounted" (dict "root" $ "path" . "where" "config.http.webConfigFile") -}}
{{- end -}}
{{- if or (eq (int $config.http.port) 0) (and (hasKey $config.http "probePort") (eq (int $config.http.probePort) 0)) -}}
{{- fail "Cannot use port 0 in config.http: the Service and the probes must know the port; leave it out for 10119" -}}
{{- end -}}
{{- if eq (include "ccm.port" .) (include "ccm.probePort" .) -}}
{{- fail (printf "Cannot use %v as config.http.probePort: it is config.http.port; the two must differ" $config.http.port) -}}
{{- end -}}
{{- if regexMatch "^(127[.].*|localhost|::1|0:0:0:0:0:0:0:1)$" ($config.http.host | lower) -}}
{{- fail (printf "Cannot use %q as config.http.host: nothing outside the pod reaches it, neither Prometheus nor the probes; leave it out for 0.0.0.0" $config.http.host) -}}
{{- end -}}
{{- if not (hasPrefix "/var/lib/ccm-cert-monitor/" $config.state.path) -}}
{{- include "ccm.checkMounted" (dict "root" $ "path" $config.state.path "where" "config.state.path" "writable" true) -}}
{{- end -}}
{{- end -}}

{{/* A folder of the pod can be mounted once, and a volume has one name: Kubernetes would refuse the pod, long after Helm said yes. */}}
{{- define "ccm.checkVolumes" -}}
{{- $folders := dict "/etc/ccm-cert-monitor" "the configuration" "/var/lib/ccm-cert-monitor" "the state" -}}
{{- $names := dict "config" "the configuration" "state" "the state" -}}
{{- range $i, $secret := .Values.secrets -}}
{{- $where := printf "secrets[%d]" $i -}}
{{- $folder := include "ccm.mountPath" $secret -}}
{{- with get $folders $folder }}{{ fail (printf "Cannot mount %s at %s: %s is mounted there; give it another mountPath" $where $folder .) }}{{ end -}}
{{- $_ := set $folders $folder $where -}}
{{- $_ := set $names (printf "secret-%d" $i) $where -}}
{{- end -}}
{{- range $i, $mount := .Values.extraVolumeMounts -}}
{{- $where := printf "extraVolumeMounts[%d]" $i -}}
{{- $folder := .mountPath | trimSuffix "/" -}}
{{- with get $folders $folder }}{{ fail (printf "Cannot mount %s at %s: %s is mounted there; give it another mountPath" $where $folder .) }}{{ end -}}
{{- $_ := set $folders $folder $where -}}
{{- end -}}
{{- range $i, $volume := .Values.extraVolumes -}}
{{- with get $names .name }}{{ fail (printf "Cannot name extraVolumes[%d] %q: that is the volume of %s; give it another name" $i $volume.name .) }}{{ end -}}
{{- $_ := set $names .name (printf "extraVolumes[%d]" $i) -}}
{{- end -}}
{{- range $i, $mount := .Values.extraVolumeMounts -}}
{{- if not (hasKey $names .name) }}{{ fail (printf "Cannot use extraVolumeMounts[%d]: there is no volume named %q; add it to extraVolumes" $i .name) }}{{ end -}}
{{- end -}}
{{- end -}}

{{/* One name, one value: of two Kubernetes takes the last, or refuses both. */}}
{{- define "ccm.checkEnv" -}}
{{- $names := dict "CCM_CONFIG" "the chart: the configuration is what stands under config" -}}
{{- range $i, $entry := .Values.extraEnv -}}
{{- with get $names .name }}{{ fail (printf "Cannot set %s by extraEnv[%d]: it is set by %s" $entry.name $i .) }}{{ end -}}
{{- $_ := set $names .name (printf "extraEnv[%d]" $i) -}}
{{- end -}}
{{- end -}}

{{- define "ccm.checkSecret" -}}
{{- if .ref.file -}}
{{- include "ccm.checkMounted" (dict "root" .root "path" .ref.file "where" .where) -}}
{{- else if not .root.Values.extraEnvFrom -}}
{{- $names := list -}}
{{- range .root.Values.extraEnv }}{{ $names = append $names .name }}{{ end -}}
{{- if not (has .ref.env $names) -}}
{{- fail (printf "Cannot use %s: no entry of extraEnv sets %s; add one, or mount the Secret by secrets and write { file: … }" .where .ref.env) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether something is mounted where the path is; a Secret with items must have the file among them. */}}
{{- define "ccm.checkMounted" -}}
{{- $path := .path -}}
{{- $found := false -}}
{{- range .root.Values.extraVolumeMounts -}}
{{- if or (eq $path .mountPath) (hasPrefix (printf "%s/" (trimSuffix "/" .mountPath)) $path) }}{{ $found = true }}{{ end -}}
{{- end -}}
{{- if not .writable -}}
{{- range .root.Values.secrets -}}
{{- $folder := include "ccm.mountPath" . -}}
{{- if .items -}}
{{- range .items }}{{ if eq $path (printf "%s/%s" $folder (.path | default .key)) }}{{ $found = true }}{{ end }}{{ end -}}
{{- else if hasPrefix (printf "%s/" $folder) $path }}{{ $found = true }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if not $found -}}
{{- if .writable -}}
{{- fail (printf "Cannot use %s %q: nothing in the pod can be written there; leave it out for /var/lib/ccm-cert-monitor/state.db" .where $path) -}}
{{- end -}}
{{- fail (printf "Cannot use %s: nothing is mounted that has the file %s; name its Secret in secrets, e.g. {name: NAME, mountPath: %s}" .where $path (dir $path)) -}}
{{- end -}}
{{- end -}}
