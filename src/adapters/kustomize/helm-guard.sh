#!/bin/sh
# What kustomize is given as its helm. It lets through the calls that kustomize makes for a chart that lies in the build's directory, and
# nothing else: no other command, no other option, no path elsewhere. LOCKSTEP_HELM is helm itself, LOCKSTEP_BUILD the directory.
refuse() {
  echo "Error: helm was not run, because of its argument '$1'" >&2
  exit 64
}

case ${1-} in
  template | version) ;;
  *) refuse "${1-}" ;;
esac

previous=
for argument do
  case $previous:$argument in
    -f:*,* | -f:*\"*) refuse "$argument" ;;
  esac
  case $argument in
    --generate-name | --namespace | --name-template | --api-versions | --kube-version | -f) ;;
    --include-crds | --skip-tests | --no-hooks | --debug | --devel | --short | -c) ;;
    -* | .. | ../* | */../* | */.. | *://*) refuse "$argument" ;;
    "$LOCKSTEP_BUILD"/*) ;;
    /*) refuse "$argument" ;;
  esac
  previous=$argument
done
exec "$LOCKSTEP_HELM" "$@"
