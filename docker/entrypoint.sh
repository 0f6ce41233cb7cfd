#!/bin/sh
# What the images run: pith ARGUMENTS, bench, test, or health. Results go to /results.
set -eu

home=${PITH_HOME:-/opt/pith}
target=${PITH_TARGET:-cpu}
HOME=/tmp/pith-$(id -u)
export HOME
mkdir -p "$HOME"

run_java() {
  java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC -XX:-UsePerfData \
    -Djava.awt.headless=true -Djava.io.tmpdir="$HOME" -Duser.home="$HOME" "$@"
}

pith() {
  run_java -cp "$home/app/*:$home/lib/*" dev.pith.bench.Pith "$@"
}

# Runs the tests that the JUnit options name; none found is a failure. Reports go to the folder $1.
# Children that tests start find their classes in java.class.path.
tests() {
  folder=$1
  shift
  classes=$home/test/kernels:$home/test/runtime:$home/test/compress:$home/test/bench
  path=$classes
  for jar in "$home"/app/*.jar "$home"/lib/*.jar "$home"/test/*.jar; do path=$path:$jar; done
  needed=false
  [ "$target" != cuda ] || needed=true
  run_java -Xmx3g "-Dpith.needsCuda=$needed" -cp "$home/junit.jar:$path" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=summary \
    --fail-if-no-tests --reports-dir="/results/tests/$folder" --scan-class-path="$classes" "$@"
}

# Tests of this image's device have a process of their own: a driver that ends the virtual machine
# takes no other test along.
device_tests() {
  if [ "$target" != cpu ]; then
    pith devices --require "$target"
    tests "$target" --include-tag="$target"
  fi
}

writable() {
  if ! [ -w /results ]; then
    echo "pith: user $(id -u) may not write to /results; make the mounted folder first, and add --user \$(id -u):\$(id -g)" >&2
    exit 2
  fi
}

command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
  pith) pith "$@" ;;
  test)
    writable
    # not those of the source tree, which is not here
    tests cpu --exclude-tag=cuda --exclude-tag=opencl --exclude-tag=sources
    device_tests
    ;;
  bench)
    writable
    pith devices
    device_tests
    pith report --out /results --device "$target" "$@"
    if [ "$target" = cuda ]; then
      # layers beside cuBLAS and cuSPARSE; 1 says that a promise did not hold, which the table shows
      quick=
      for word; do [ "$word" != --quick ] || quick=--quick; done
      pith table --device cuda $quick >/results/table.md || [ $? -eq 1 ]
      cat /results/table.md
    fi
    ;;
  health) pith devices --json >/dev/null ;;
  *)
    echo "usage: pith ARGUMENTS | bench [OPTIONS of pith report] | test | health" >&2
    [ "$command" = help ] || exit 2
    ;;
esac
