"""What is done. `registry` has everything a hand can do, once: keys, footer, palette, help, commands and docs come from
it. `desk` holds the hands and the journal they write to, `keeper` runs clocks and evidence, `delivery` and `channels`
send what the journal says is to be sent."""
