#!/usr/bin/env bash
# Makes a small Java with Pith's runtime in it, and nothing else: no compiler, no importer, no libtorch.
#   runtime/small/image.sh FOLDER [MODEL.pith]     after ./mvnw -DskipTests package
# FOLDER/bin/small-machine MODEL.pith [PIXELS] then runs the example SmallMachine; with a MODEL given
# here, classes are kept loaded and linked in an AOT cache beside it. JAVA_HOME names a JDK 25.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
out=$1
model=${2:-}
jdk=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
# one jar of each module, without the jars of tests, sources and Javadoc
modules=$(find "$here"/../kernels/target "$here"/target -maxdepth 1 -name 'pith-*.jar' \
  ! -name '*-tests.jar' ! -name '*-sources.jar' ! -name '*-javadoc.jar' | paste -sd:)

rm -rf "$out"
# shellcheck disable=SC2086 # options are words without blanks
"$jdk/bin/jlink" --module-path "$modules" --add-modules dev.pith.runtime --output "$out" \
  --strip-debug --no-header-files --no-man-pages --compress zip-9 ${PITH_JLINK_OPTS:-}
if command -v strip >/dev/null; then
  strip --strip-unneeded "$out"/lib/*.so "$out"/lib/server/*.so
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$jdk/bin/javac" --module-path "$modules" --add-modules dev.pith.runtime -d "$work" \
  "$here/src/test/java/dev/pith/runtime/examples/SmallMachine.java"
mkdir "$out/app"
"$jdk/bin/jar" --create --file "$out/app/small-machine.jar" -C "$work" .

# One allocator arena, a heap of 16 MB, the quick compiler only and for little: the network's loops are
# machine code that Pith generates, so that more of Java's own would cost memory and gain little, and
# compiling during the start takes the processors from it. A code cache below 16 MB makes the collector
# run during the start.
cat >"$out/bin/small-machine" <<'LAUNCHER'
#!/bin/sh
case $0 in
  */*) program=$0 ;;
  *) program=./$0 ;;
esac
[ ! -L "$program" ] || program=$(readlink -f "$program")
home=${program%/*}/..
export MALLOC_ARENA_MAX=1
[ ! -s "$home/app/small-machine.aot" ] || set -- -XX:AOTCache="$home/app/small-machine.aot" "$@"
options=
for argument; do
  case $argument in
    -*) options="$options $argument"; shift ;;
    *) break ;;
  esac
done
# shellcheck disable=SC2086 # options are words without blanks
exec "$home/bin/java" -XX:+UseSerialGC -Xms16m -Xmx16m -Xss512k -XX:ReservedCodeCacheSize=16m \
  -XX:TieredStopAtLevel=1 -XX:CICompilerCount=1 -XX:CompileThresholdScaling=50 -XX:-UsePerfData \
  -Xlog:aot=off -Xlog:cds=off -Djdk.reflect.useNativeAccessorOnly=true \
  --enable-native-access=dev.pith.kernels $options \
  -cp "$home/app/small-machine.jar" dev.pith.runtime.examples.SmallMachine "$@"
LAUNCHER
chmod 755 "$out/bin/small-machine"
if [ -n "$model" ]; then
  # Forms of method handles that the first run has to make are put on the list of those that the
  # cache holds ready-made; the list itself is for making caches.
  "$out/bin/small-machine" -Djava.lang.invoke.MethodHandle.TRACE_RESOLVE=true "$model" >"$work/forms"
  sed -n '/^\[\(LF\|SPECIES\)_RESOLVE\]/{s/ ([a-z]*)$//;s/^/@lambda-form-invoker /;p;}' "$work/forms" \
    | sort -u >>"$out/lib/classlist"
  "$out/bin/small-machine" -XX:AOTCacheOutput="$out/app/small-machine.aot" "$model" >"$work/log" 2>&1 \
    || { cat "$work/log" >&2 && exit 1; }
fi
rm "$out/lib/classlist"
{ du -sb "$out" && du -b "$out"/app/*; } | sed 's/\t/ bytes  /'
