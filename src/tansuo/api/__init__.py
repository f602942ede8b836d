"""接口: one router a stage, one policy table. Numbers cross as decimal strings with unit, kind and receipt id."""
