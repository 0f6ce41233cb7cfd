#!/usr/bin/env bash
# Carries out docker/Dockerfile without a container engine: each stage becomes a folder made of
# Debian packages (mmdebstrap), each RUN a command under chroot, as root on Linux.
#   docker/prove.sh FOLDER TARGET...          then: docker/prove.sh --run FOLDER TARGET COMMAND...
# Stages that are done are kept: remove their folders to carry them out again. Knows what the
# Dockerfile uses: ARG, FROM, RUN, COPY, ENV, USER, WORKDIR, ENTRYPOINT and CMD of words.
# PROVE_M2 names a Maven home (.m2) to take along as the build's cache. With --run, PROVE_RESULTS names
# a folder to mount on /results and PROVE_USER (10001:10001) who runs, as -v and --user of docker run.
set -euo pipefail
shopt -s extglob

source=$(cd "$(dirname "$0")/.." && pwd)
suite=trixie

# shellcheck disable=SC2016 # the inner shell expands it
inside() { # ROOT USER FOLDER COMMAND: with the stage's environment
  unshare --mount --pid --fork --propagation private bash -c '
    mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && mount --rbind /sys "$0/sys" && cp /etc/resolv.conf "$0/etc/"
    if [ -n "${PROVE_M2:-}" ] && [ -d "$0/src" ]; then
      mkdir -p "$0/maven" && mount --bind "$PROVE_M2" "$0/maven"
    fi
    if [ -n "${PROVE_RESULTS:-}" ]; then mount --bind "$PROVE_RESULTS" "$0/results"; fi
    mapfile -t variables <"$0/.environment"
    home=/root; [ "$1" = root ] || home=/
    exec env -i HOME="$home" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      "${variables[@]}" chroot --userspec="$1" "$0" sh -c "cd $2 && $3"' "$@"
}

base() { # ROOT: what the image debian:13-slim holds
  [ -d "$folder/base" ] || mmdebstrap --variant=minbase "$suite" "$folder/base"
  cp -a "$folder/base" "$1"
  rm -f "$1/etc/apt/sources.list"
  printf 'Types: deb\nURIs: http://deb.debian.org/debian\nSuites: %s\nComponents: main\n%s\n' \
    "$suite" "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg" \
    >"$1/etc/apt/sources.list.d/debian.sources"
  : >"$1/.environment"
}

instruction() { # a whole line of the Dockerfile, continuations joined
  local word=${1%% *} rest=${1#* } from
  case $word in
    ARG) ;;
    FROM)
      stage=${rest##* AS } root=$folder/$stage user=root place=/
      echo "== $stage"
      rm -rf "$root"
      # shellcheck disable=SC2016 # the text of the Dockerfile, not a variable of this script
      if [[ $rest == '${BASE}'* ]]; then base "$root"; else cp -a "$folder/${rest%% *}" "$root" && rm -f "$root/.done"; fi
      ;;
    RUN)
      while [[ $rest == --* ]]; do rest=${rest#* }; rest=${rest##+( )}; done
      echo "-- $rest" | cut -c 1-150
      inside "$root" "$user" "$place" "set -e; $rest" </dev/null # what reads would eat the Dockerfile
      ;;
    COPY)
      from=$source
      local mode=
      while [[ $rest == --* ]]; do
        case $rest in
          --from=*) from=${rest#--from=} from=$folder/${from%% *} ;;
          --chmod=*) mode=${rest#--chmod=} mode=${mode%% *} ;;
        esac
        rest=${rest#* } rest=${rest##+( )}
      done
      read -r what where <<<"$rest"
      if [ "$what $where" = ". ." ]; then
        mkdir -p "$root$place" && git -C "$source" ls-files -z --cached --others --exclude-standard \
          | tar -C "$source" --null -T - --ignore-failed-read -c | tar -C "$root$place" -x
      else
        mkdir -p "$(dirname "$root$where")" && cp -r "$from/$what" "$root$where"
        [ -z "$mode" ] || chmod "$mode" "$root$where"
      fi
      ;;
    ENV) tr ' ' '\n' <<<"$rest" >>"$root/.environment" ;;
    USER) user=$rest ;;
    WORKDIR) place=$rest && mkdir -p "$root$place" ;;
    VOLUME | HEALTHCHECK) ;;
    ENTRYPOINT) tr -d '[]",' <<<"$rest" >"$root/.entrypoint" ;;
    CMD) tr -d '[]",' <<<"$rest" >"$root/.command" ;;
    *) echo "prove: $word is not known" >&2 && exit 2 ;;
  esac
}

if [ "${1:-}" = --run ]; then
  root=$2/$3
  shift 3
  [ $# -gt 0 ] || read -ra command <"$root/.command"
  inside "$root" "${PROVE_USER:-pith}" /results "$(cat "$root/.entrypoint") $(printf '%q ' "${@:-${command[@]}}")"
  exit
fi

[ $# -ge 2 ] || { sed -n '2,8s/^# //p' "$0" >&2 && exit 2; }
folder=$(mkdir -p "$1" && cd "$1" && pwd)
wanted=" build cpu ${*:2} " line='' active=true
while IFS= read -r part || [ -n "$part" ]; do
  [[ $part =~ ^[[:space:]]*(#|$) ]] && continue
  line+=${part%\\}
  [[ $part == *\\ ]] && continue
  if [[ $line == FROM* ]]; then
    [ -z "${stage:-}" ] || touch "$folder/$stage/.done"
    [[ $wanted == *" ${line##* AS } "* && ! -e $folder/${line##* AS }/.done ]] && active=true || active=false
  fi
  if $active; then instruction "$line"; fi
  line=
done <"$source/docker/Dockerfile"
[ -z "${stage:-}" ] || touch "$folder/$stage/.done"
