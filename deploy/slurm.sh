#!/bin/bash
# A task of the array is a shard. From the folder of the clone, on a file system that all nodes see:
#   LINK='model=…&axis=…' OUT=results sbatch deploy/slurm.sh
# After a time limit the same line goes on; a part of the array, --array=3, runs that shard alone.
#SBATCH --job-name=stepscope
#SBATCH --array=1-8
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --gres=gpu:1
#SBATCH --time=04:00:00
#SBATCH --signal=B:TERM@60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=stepscope-%A_%a.log
set -euo pipefail

# As many as --array has above: not read from Slurm, which knows only of the tasks that this submission starts.
SHARDS=8
: "${LINK:?set LINK to a link of the Diffusion or the Pictures lab, or to a file with one}"
: "${OUT:?set OUT to the directory of the results}"
exec node bin/stepscope.mjs run "$LINK" --out "$OUT" --shard "$SLURM_ARRAY_TASK_ID/$SHARDS"
