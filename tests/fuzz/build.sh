#!/bin/bash -eu
# build.sh - builds the fuzz targets as OSS-Fuzz asks for it.
#
# Takes CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE, OUT and WORK from the environment, and puts into OUT, for each target:
# TARGET-fuzz, TARGET-fuzz.dict, TARGET-fuzz.options, TARGET-fuzz_seed_corpus.zip; beside them the modules (.libs/), the
# knowledge (rules/) and the libraries that the machine which runs them may lack (lib/).
#
# By hand:
#     OUT=/some/where WORK=/some/where/else CC=clang CXX=clang++ LIB_FUZZING_ENGINE=-fsanitize=fuzzer \
#         CFLAGS='-O1 -g -fsanitize=address,fuzzer-no-link' tests/fuzz/build.sh
# SPDX-License-Identifier: BSD-2-Clause
: "${OUT:?is not set}" "${WORK:?is not set}" "${LIB_FUZZING_ENGINE:?is not set}" "${CXX:=clang++}"
source=$(cd "$(dirname "$0")/../.." && pwd)
build=$WORK/modori

[ -e "$source/configure" ] || (cd "$source" && ./autogen.sh)
mkdir -p "$build" "$OUT/.libs" "$OUT/lib"
cd "$build"
"$source/configure" -q --enable-fuzzing
# An engine may be an archive of C++: so its linker.
make -s -j"$(nproc)" CCLD="$CXX" fuzz-targets

targets=
for program in tests/fuzz/*-fuzz; do
    cp "$program" "$OUT/"
    target=${program##*/}
    targets="$targets ${target%-fuzz}"
done
cp .libs/*.so "$OUT/.libs/"
cp -R "$source/rules" "$OUT/"
python3 "$source/tests/fuzz/prepare.py" --zip "$OUT" $targets

# What is not there where the targets run: everything but the C library and what belongs to it.
needed ()
{
    ldd "$@" 2>/dev/null | awk '$2 == "=>" && $3 ~ "^/" { print $3 }' | sort -u |
        grep -vE '/(libc|libm|libdl|libpthread|librt|libresolv|ld-linux[^/]*|libgcc_s|libstdc\+\+)\.so'
}
if command -v patchelf >/dev/null; then
    cp -L $(needed "$OUT"/*-fuzz "$OUT"/.libs/*.so) "$OUT/lib/"
    for file in "$OUT"/*-fuzz; do
        patchelf --set-rpath '$ORIGIN/lib' "$file"
    done
    for file in "$OUT"/.libs/*.so "$OUT"/lib/*.so*; do
        patchelf --set-rpath '$ORIGIN/../lib:$ORIGIN' "$file"
    done
else
    echo 'build.sh: there is no patchelf: the targets run only where the libraries are installed' >&2
fi
