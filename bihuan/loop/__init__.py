"""The loop engine (闭环): what goes round, who may move it, when it is looked at. It knows no subject."""
