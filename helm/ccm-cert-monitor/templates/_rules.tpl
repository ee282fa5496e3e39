{{/* The groups of files/rules.yaml with the words in ${braces} filled in, and what the values say of each alert. */}}
{{- define "ccm.checkIntervalMinutes" -}}
{{- $cron := dig "schedule" "cron" "*/15 * * * *" .Values.config | trim -}}
{{- if .Values.prometheusRule.checkIntervalMinutes -}}
{{- int .Values.prometheusRule.checkIntervalMinutes -}}
{{- else if regexMatch "^([0-9]+ +)?[*]/[0-9]+( +[*]){4}$" $cron -}}
{{- regexFind "/[0-9]+" $cron | trimPrefix "/" -}}
{{- else if regexMatch "^([0-9]+ +)?[0-9]+( +[*]){4}$" $cron -}}
60
{{- else if regexMatch "^([0-9*/]+ +)?[*]( +[*]){4}$" $cron -}}
1
{{- else -}}
{{- fail (printf "Cannot make the alert rules: prometheusRule.checkIntervalMinutes must say the longest time between two checks of config.schedule.cron %q" $cron) -}}
{{- end -}}
{{- end -}}

{{/* By which labels Prometheus has this monitor: with two of them in a cluster, one must not hide that the other is away. */}}
{{- define "ccm.target" -}}
{{- if .Values.prometheusRule.target -}}
{{- .Values.prometheusRule.target -}}
{{- else if (.Values.serviceMonitor | default dict).enabled -}}
{{- printf "namespace=%q,job=%q" (include "ccm.namespace" .) (include "ccm.fullname" .) -}}
{{- else if (.Values.podMonitor | default dict).enabled -}}
{{- printf "namespace=%q,job=%q" (include "ccm.namespace" .) (printf "%s/%s" (include "ccm.namespace" .) (include "ccm.fullname" .)) -}}
{{- end -}}
{{- end -}}

{{- define "ccm.ruleWords" -}}
{{- with .Values.prometheusRule -}}
{{- if lt (float64 .thresholds.expiringSoonDays) (float64 .thresholds.expiringCriticalDays) -}}
{{- fail "Cannot use prometheusRule.thresholds.expiringSoonDays: it must not be less than expiringCriticalDays" -}}
{{- end -}}
{{- $unreadMinutes := mul (int (include "ccm.checkIntervalMinutes" $)) (int .thresholds.missedChecks) -}}
{{- $words := dict
  "without" (join ", " .droppedLabels)
  "withoutOfEndpoint" (join ", " (append (without .droppedLabels "endpoint") "exported_endpoint"))
  "gapMinutes" .gapMinutes
  "target" (include "ccm.target" $)
  "unreadMinutes" $unreadMinutes
  "lookMinutes" (max $unreadMinutes (int .gapMinutes)) -}}
{{- mergeOverwrite $words (omit .thresholds "missedChecks") | toYaml -}}
{{- end -}}
{{- end -}}

{{/* Where the runbook of an alert is. The monitor's own page is of no use to the alert that the monitor is away. */}}
{{- define "ccm.runbookUrl" -}}
{{- $values := .root.Values -}}
{{- $publicUrl := (include "ccm.config" .root | fromYaml).http.publicUrl -}}
{{- if $values.prometheusRule.runbookBaseUrl -}}
{{- printf "%s/%s.md" (trimSuffix "/" $values.prometheusRule.runbookBaseUrl) .alert -}}
{{- else if and $publicUrl (ne .alert "CcmMonitorAbsent") -}}
{{- printf "%s/runbooks/%s" (trimSuffix "/" $publicUrl) .alert -}}
{{- else -}}
{{- printf "docs/runbooks/%s.md" .alert -}}
{{- end -}}
{{- end -}}

{{- define "ccm.ruleGroups" -}}
{{- $text := .Files.Get "files/rules.yaml" -}}
{{- range $word, $value := include "ccm.ruleWords" . | fromYaml -}}
{{- $text = replace (printf "${%s}" $word) (printf "%v" $value) $text -}}
{{- end -}}
{{- $groups := list -}}
{{- range $group := ($text | fromYaml).groups -}}
{{- $rules := list -}}
{{- range $rule := $group.rules -}}
{{- if $rule.record -}}
{{- $rules = append $rules $rule -}}
{{- else -}}
{{- $said := get $.Values.prometheusRule.alerts $rule.alert -}}
{{- if $said.enabled -}}
{{- $labels := mergeOverwrite (dict) ($.Values.prometheusRule.alertLabels | default dict) (dict "severity" $said.severity) -}}
{{- $url := include "ccm.runbookUrl" (dict "root" $ "alert" $rule.alert) -}}
{{- $annotations := mergeOverwrite (dict) $rule.annotations (dict "runbook_url" $url) -}}
{{- $rules = append $rules (mergeOverwrite (dict) $rule (dict "for" $said.for "labels" $labels "annotations" $annotations)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $groups = append $groups (dict "name" $group.name "rules" $rules) -}}
{{- end -}}
{{- toYaml $groups -}}
{{- end -}}
