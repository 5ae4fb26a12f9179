// All handler bodies.
#ifndef M3STYLE_DISPATCH_BODIES_H_
#define M3STYLE_DISPATCH_BODIES_H_

#include "m3style/ops/arithmetic.h"
#include "m3style/ops/branch.h"
#include "m3style/ops/call.h"
#include "m3style/ops/closure.h"
#include "m3style/ops/control.h"
#include "m3style/ops/load.h"
#include "m3style/ops/loop.h"
#include "m3style/ops/table.h"

#endif  // M3STYLE_DISPATCH_BODIES_H_
