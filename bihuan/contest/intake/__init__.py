"""The intake (收卷): gives sheets out, takes them in, scores them, keeps the boards. A process without Django.

What it needs to answer is in memory; what it promises is in the database before it answers. One intake at a time writes
(the database sees to that), so that what it has in memory is what stands there and nobody else changes it.
"""
